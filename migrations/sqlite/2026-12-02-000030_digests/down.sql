DROP TABLE digest_lines;
DROP TABLE reminders;
DROP TABLE digests;
