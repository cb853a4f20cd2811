"""What makes pages an application on a telephone: worker, manifest, pages without a line."""
