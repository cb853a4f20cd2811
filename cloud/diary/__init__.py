"""The farm's diary: what people did, beside what devices measured; corrected, never rewritten."""
