-- One row with a zone that the server does not know would make every claim fail: none gets in.

alter table workspaces add constraint workspaces_zone_known
    check ((timestamptz '2000-01-01 00:00Z' at time zone timezone) is not null);
alter table campaigns add constraint campaigns_zone_known
    check ((timestamptz '2000-01-01 00:00Z' at time zone timezone) is not null);
