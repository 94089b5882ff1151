-- Analytics: what figures know of each ended call, and sums of it by day and month.

-- What figures know of a call, read from where it is kept. A call counts when it has ended.
-- An answered call without an outcome is a callback. Intents and sentiments are those of connected
-- calls: as the analysis has them, else the intent that the disposition stands for.
create view call_facts_now as
select
    k.id as call_id,
    k.workspace_id,
    k.started_at,
    k.campaign_id,
    k.agent_id,
    k.language,
    o.disposition,
    c.connected,
    case when c.connected then k.duration_seconds end as seconds,
    case
        when not c.connected then null
        when t.intent in ('loan_renewal_interest', 'callback_requested', 'not_interested', 'complaint',
            'dnd_request', 'interested', 'escalation', 'other') then t.intent
        when t.intent is not null then 'other'
        else case o.disposition
            when 'interested' then 'interested'
            when 'not_interested' then 'not_interested'
            when 'callback' then 'callback_requested'
            when 'dnd' then 'dnd_request'
            when 'escalated' then 'escalation'
            else 'other'
        end
    end as intent,
    case when c.connected and t.sentiment in ('positive', 'neutral', 'negative')
        then t.sentiment end as sentiment,
    q.qa_results,
    q.qa_scored,
    q.qa_passed,
    q.qa_score_milli,
    v.severity_low,
    v.severity_medium,
    v.severity_high,
    v.severity_critical,
    v.type_required_disclosure,
    v.type_prohibited_language,
    v.type_script_adherence,
    v.type_dnc,
    v.type_policy_deviation
from calls k
cross join lateral (
    select k.answered_at is not null and k.end_reason is distinct from 'voicemail' as connected
) as c
cross join lateral (
    select coalesce(k.disposition, case when c.connected then 'callback' else 'not_reachable' end)
        as disposition
) as o
left join lateral (
    select it.result -> 'intent' ->> 'label' as intent,
        it.result -> 'sentiment' -> 'overall' ->> 'label' as sentiment
    from transcriptions it where it.call_id = k.id and it.status = 'completed'
) as t on true
left join lateral (
    select count(*)::int as qa_results, count(score)::int as qa_scored,
        count(*) filter (where passed)::int as qa_passed,
        sum(round(score::numeric * 1000))::bigint as qa_score_milli
    from qa_results where call_id = k.id having count(*) > 0
) as q on true
left join lateral (
    select
        count(*) filter (where severity = 'low')::int as severity_low,
        count(*) filter (where severity = 'medium')::int as severity_medium,
        count(*) filter (where severity = 'high')::int as severity_high,
        count(*) filter (where severity = 'critical')::int as severity_critical,
        count(*) filter (where type = 'required_disclosure')::int as type_required_disclosure,
        count(*) filter (where type = 'prohibited_language')::int as type_prohibited_language,
        count(*) filter (where type = 'script_adherence')::int as type_script_adherence,
        count(*) filter (where type = 'dnc')::int as type_dnc,
        count(*) filter (where type = 'policy_deviation')::int as type_policy_deviation
    from compliance_violations where call_id = k.id having count(*) > 0
) as v on true
where k.status <> 'in_progress';

-- the same as it was when it was last added to the sums; nulls stand for nought
create table call_facts (
    call_id text not null,
    workspace_id text not null,
    started_at timestamptz not null,
    campaign_id text,
    agent_id text,
    language text not null,
    disposition text not null,
    connected boolean not null,
    seconds int,
    intent text,
    sentiment text,
    qa_results int,
    qa_scored int,
    qa_passed int,
    qa_score_milli bigint,
    severity_low int,
    severity_medium int,
    severity_high int,
    severity_critical int,
    type_required_disclosure int,
    type_prohibited_language int,
    type_script_adherence int,
    type_dnc int,
    type_policy_deviation int,
    primary key (call_id, started_at)
) partition by range (started_at);
create index call_facts_workspace on call_facts (workspace_id, started_at);

-- Processes may not change the schema: this is how they get a month's partition.
create function add_call_facts_month(wanted date) returns void language plpgsql
security definer set search_path = public, pg_temp set lock_timeout = '3s' as $$
declare
    first date := date_trunc('month', wanted);
    name text := 'call_facts_' || to_char(first, 'YYYY_MM');
begin
    if to_regclass(name) is null then
        execute format(
            'create table %I partition of call_facts for values from (%L) to (%L)',
            name, first::timestamp at time zone 'UTC',
            (first + interval '1 month') at time zone 'UTC'
        );
    end if;
end $$;

-- Calls whose facts may have changed since. Writers only append, so that none waits for another.
create table call_facts_stale (
    position bigint generated always as identity primary key,
    workspace_id text not null,
    call_id text not null,
    started_at timestamptz not null
);
create index call_facts_stale_workspace on call_facts_stale (workspace_id);

-- whose days are summed: each workspace's own zone, and those that were asked for
create table call_figures_zones (
    workspace_id text not null references workspaces,
    zone text not null,
    summed boolean not null default false,
    asked_at timestamptz not null default now(),
    primary key (workspace_id, zone)
);

-- Sums of facts: for days and months of a zone, over all calls (cube 0), and for each campaign (1),
-- agent (2), language (4), and each of the three together (7).
create table call_figures (
    workspace_id text not null,
    zone text not null,
    cube smallint not null,
    grain "char" not null check (grain in ('d', 'm')),
    period date not null,
    campaign_id text,
    agent_id text,
    language text,
    calls int not null,
    connected int not null,
    seconds bigint not null,
    disposition_interested int not null,
    disposition_not_interested int not null,
    disposition_callback int not null,
    disposition_not_reachable int not null,
    disposition_dnd int not null,
    disposition_escalated int not null,
    intent_loan_renewal_interest int not null,
    intent_callback_requested int not null,
    intent_not_interested int not null,
    intent_complaint int not null,
    intent_dnd_request int not null,
    intent_interested int not null,
    intent_escalation int not null,
    intent_other int not null,
    sentiment_positive int not null,
    sentiment_neutral int not null,
    sentiment_negative int not null,
    qa_calls int not null,
    qa_results int not null,
    qa_scored int not null,
    qa_passed int not null,
    qa_score_milli bigint not null,
    violating_calls int not null,
    severity_low int not null,
    severity_medium int not null,
    severity_high int not null,
    severity_critical int not null,
    type_required_disclosure int not null,
    type_prohibited_language int not null,
    type_script_adherence int not null,
    type_dnc int not null,
    type_policy_deviation int not null
) with (fillfactor = 80);
create unique index call_figures_key on call_figures
    (workspace_id, zone, cube, grain, period, campaign_id, agent_id, language) nulls not distinct;
create index call_figures_campaign on call_figures (workspace_id, zone, cube, grain, campaign_id, period)
    where campaign_id is not null;

-- What the sums do not hold yet of a workspace: facts to be added (1) and taken away (-1). Stable:
-- it sees the snapshot of the statement that calls it, and the sums in it.
create function unsummed_call_facts(wanted text) returns table (
    sign int, started_at timestamptz, campaign_id text, agent_id text, language text,
    disposition text, connected boolean, seconds int, intent text, sentiment text,
    qa_results int, qa_scored int, qa_passed int, qa_score_milli bigint,
    severity_low int, severity_medium int, severity_high int, severity_critical int,
    type_required_disclosure int, type_prohibited_language int, type_script_adherence int,
    type_dnc int, type_policy_deviation int
) language plpgsql stable rows 10 as $$
#variable_conflict use_column
begin
    if not exists (select from call_facts_stale where workspace_id = wanted) then
        return;
    end if;
    return query
    with stale as materialized (
        select distinct call_id, started_at from call_facts_stale where workspace_id = wanted
    )
    select 1, f.started_at, f.campaign_id, f.agent_id, f.language, f.disposition, f.connected,
        f.seconds, f.intent, f.sentiment, f.qa_results, f.qa_scored, f.qa_passed, f.qa_score_milli,
        f.severity_low, f.severity_medium, f.severity_high, f.severity_critical,
        f.type_required_disclosure, f.type_prohibited_language, f.type_script_adherence,
        f.type_dnc, f.type_policy_deviation
    from stale s join call_facts_now f on f.call_id = s.call_id and f.started_at = s.started_at
    where f.workspace_id = wanted
    union all
    select -1, f.started_at, f.campaign_id, f.agent_id, f.language, f.disposition, f.connected,
        f.seconds, f.intent, f.sentiment, f.qa_results, f.qa_scored, f.qa_passed, f.qa_score_milli,
        f.severity_low, f.severity_medium, f.severity_high, f.severity_critical,
        f.type_required_disclosure, f.type_prohibited_language, f.type_script_adherence,
        f.type_dnc, f.type_policy_deviation
    from stale s join call_facts f on f.call_id = s.call_id and f.started_at = s.started_at
    where f.workspace_id = wanted;
end $$;

create function call_facts_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.status <> 'in_progress' then
        insert into call_facts_stale (workspace_id, call_id, started_at)
        values (old.workspace_id, old.id, old.started_at);
    end if;
    if tg_op <> 'DELETE' and new.status <> 'in_progress' then
        insert into call_facts_stale (workspace_id, call_id, started_at)
        values (new.workspace_id, new.id, new.started_at);
    end if;
    return null;
end $$;
create trigger calls_figured_in after insert on calls
    for each row when (new.status <> 'in_progress') execute function call_facts_changed();
create trigger calls_figured_out after delete on calls
    for each row when (old.status <> 'in_progress') execute function call_facts_changed();
create trigger calls_figured_anew after update on calls for each row when (
    (new.status <> 'in_progress' or old.status <> 'in_progress') and (
        old.id, old.workspace_id, old.started_at, old.campaign_id, old.agent_id, old.language,
        old.disposition, old.end_reason, old.answered_at, old.duration_seconds,
        old.status = 'in_progress'
    ) is distinct from (
        new.id, new.workspace_id, new.started_at, new.campaign_id, new.agent_id, new.language,
        new.disposition, new.end_reason, new.answered_at, new.duration_seconds,
        new.status = 'in_progress'
    )
) execute function call_facts_changed();

-- for the rows that later domains keep of a call
create function call_findings_changed() returns trigger language plpgsql as $$
begin
    insert into call_facts_stale (workspace_id, call_id, started_at)
    select workspace_id, id, started_at from calls where id in (
        case when tg_op <> 'INSERT' then old.call_id end,
        case when tg_op <> 'DELETE' then new.call_id end
    );
    return null;
end $$;
create trigger transcriptions_figured_in after insert on transcriptions for each row
    when (new.call_id is not null and new.status = 'completed')
    execute function call_findings_changed();
create trigger transcriptions_figured_out after delete on transcriptions for each row
    when (old.call_id is not null and old.status = 'completed')
    execute function call_findings_changed();
create trigger transcriptions_figured_anew after update on transcriptions for each row when (
    (old.call_id is not null or new.call_id is not null)
    and (old.status = 'completed' or new.status = 'completed')
    and (old.status <> new.status or old.call_id is distinct from new.call_id
        or old.result is distinct from new.result)
) execute function call_findings_changed();
create trigger qa_results_figured_in after insert on qa_results for each row
    when (new.call_id is not null) execute function call_findings_changed();
create trigger qa_results_figured_out after delete on qa_results for each row
    when (old.call_id is not null) execute function call_findings_changed();
create trigger qa_results_figured_anew after update on qa_results for each row when (
    (old.call_id, old.score, old.passed) is distinct from (new.call_id, new.score, new.passed)
) execute function call_findings_changed();
create trigger compliance_violations_figured_in after insert on compliance_violations for each row
    when (new.call_id is not null) execute function call_findings_changed();
create trigger compliance_violations_figured_out after delete on compliance_violations for each row
    when (old.call_id is not null) execute function call_findings_changed();
create trigger compliance_violations_figured_anew after update on compliance_violations
    for each row when (
        (old.call_id, old.severity, old.type) is distinct from (new.call_id, new.severity, new.type)
    ) execute function call_findings_changed();

-- calls that ended before; the worker sums up their days
select add_call_facts_month(month::date) from (
    select distinct date_trunc('month', started_at at time zone 'UTC') as month from calls
) as months;
insert into call_facts select * from call_facts_now;
