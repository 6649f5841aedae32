"""The measurements that the README quotes: one row each, beside the raw limit of the same run."""
