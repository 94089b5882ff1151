-- The slow lane asks how often an event was already tried at a webhook.

create index on deliveries (webhook_id, sequence);
