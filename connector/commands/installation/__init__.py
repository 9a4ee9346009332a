"""The commands of whoever runs an installation: serve, worker, database, doctor, jobs, Forge app."""
