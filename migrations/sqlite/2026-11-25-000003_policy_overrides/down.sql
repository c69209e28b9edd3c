DROP TABLE policy_overrides;
