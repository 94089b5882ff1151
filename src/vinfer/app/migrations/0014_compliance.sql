-- Compliance: rules and their versions, what became of each check, and what was violated.

create table compliance_rules (
    id text primary key,
    workspace_id text not null references workspaces,
    name text not null,
    type text not null check (type in
        ('required_disclosure', 'prohibited_language', 'script_adherence', 'dnc', 'policy_deviation')),
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    enabled boolean not null default true,
    campaign_ids text[],                    -- of its scope; null: any
    agent_ids text[],
    version int not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index compliance_rules_newest on compliance_rules (workspace_id, created_at desc, id desc)
    where deleted_at is null;

create table compliance_rule_versions (
    rule_id text not null references compliance_rules,
    version int not null,
    body jsonb not null,
    created_at timestamptz not null default now(),
    primary key (rule_id, version)
);

-- one row for each rule that a job was judged by; gone with the job, as are its violations
create table compliance_checks (
    job_id text not null references transcriptions on delete cascade,
    rule_id text not null references compliance_rules,
    rule_version int not null,
    workspace_id text not null references workspaces,
    call_id text references calls,
    campaign_id text,                       -- of the call, as are agent_id and language
    agent_id text,
    language text not null,
    rule_name text not null,
    type text not null,
    severity text not null,
    outcome text not null check (outcome in ('passed', 'violated', 'unsure', 'not_applicable')),
    percent double precision,               -- of a script's lines that were said
    reason text not null,
    detail jsonb not null default '{}',
    audit_position bigint not null,         -- of the entry that holds a digest of this row
    created_at timestamptz not null default now(),
    primary key (job_id, rule_id)
);
create index compliance_checks_newest on compliance_checks (workspace_id, created_at desc);
create index compliance_checks_rule on compliance_checks (rule_id, created_at desc);
create index compliance_checks_audit on compliance_checks (audit_position);

create table compliance_violations (
    id text primary key,
    job_id text not null,
    rule_id text not null,
    rule_version int not null,
    workspace_id text not null references workspaces,
    call_id text references calls,
    campaign_id text,
    agent_id text,
    language text not null,
    rule_name text not null,
    type text not null,
    severity text not null,
    segment int,                            -- null for what was not said, or is no matter of words
    start_s double precision,
    end_s double precision,
    quote text,
    match text not null,
    confidence double precision not null,
    reason text not null,
    created_at timestamptz not null default now(),
    foreign key (job_id, rule_id) references compliance_checks (job_id, rule_id) on delete cascade
);
create index compliance_violations_newest
    on compliance_violations (workspace_id, created_at desc, id desc);
create index compliance_violations_rule on compliance_violations (rule_id, created_at desc, id desc);
create index compliance_violations_job on compliance_violations (job_id, rule_id);
create index compliance_violations_call on compliance_violations (call_id) where call_id is not null;
create index compliance_violations_campaign
    on compliance_violations (campaign_id, created_at desc, id desc) where campaign_id is not null;
create index compliance_violations_agent
    on compliance_violations (workspace_id, agent_id, created_at desc, id desc)
    where agent_id is not null;

-- what events told of a violation goes with it, and that it went is written down
create function forget_compliance_violation() returns trigger language plpgsql as $$
begin
    update events set data = data || '{"quote": null}'
    where resource_id = old.id and resource_type = 'compliance_violation';
    update deliveries d set response_sealed = null from events e
    where e.resource_id = old.id and e.resource_type = 'compliance_violation'
        and d.event_id = e.id and d.response_sealed is not null;
    return old;
end $$;
create trigger compliance_violations_forgotten after delete on compliance_violations
    for each row execute function forget_compliance_violation();

create function write_down_forgotten_check() returns trigger language plpgsql as $$
begin
    insert into audit_log (workspace_id, actor, action, resource_type, resources, replayed)
    values (old.workspace_id, 'system', 'compliance check: erased', 'compliance/checks',
        array[old.job_id, old.rule_id], false);
    return old;
end $$;
create trigger compliance_checks_forgotten after delete on compliance_checks
    for each row execute function write_down_forgotten_check();
