"""What every HTTP request passes: authentication, security headers, status and metrics."""
