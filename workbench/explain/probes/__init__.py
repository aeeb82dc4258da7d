"""What the causes' probes do on this machine, in modules named like those of the causes."""
