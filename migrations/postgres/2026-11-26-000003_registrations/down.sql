DROP INDEX notifications_by_recipient;
DROP TABLE registrations;
