"""The service: ingest, storage, rules, pages, API and jobs."""
