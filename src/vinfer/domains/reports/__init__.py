"""Reports: figures of a period as JSON, CSV or PDF, once or on a schedule, by link and by mail."""
