DROP TABLE license_assignments;
