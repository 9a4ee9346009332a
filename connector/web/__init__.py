"""What every HTTP request passes: the gate, security headers, status and metrics."""
