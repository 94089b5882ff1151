-- Calls whose recording was silenced before their lines were redacted with it: a job that walks
-- through them by their ids redacts those.

do $$
begin
    if to_regclass('pgqueuer') is not null then
        insert into pgqueuer (priority, entrypoint, payload, execute_after, status)
        select 0, 'recordings.redact_lines',
            convert_to(jsonb_build_object('after', '', 'until', max(id))::text, 'UTF8'), now(),
            'queued'
        from calls where analyze_features ? 'redaction' having max(id) is not null;
    end if;
end
$$;
