"""Background jobs: registry, runner, scheduler and the jobs themselves."""
