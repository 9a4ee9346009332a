"""The project page: scorecard, score, coverage and the next tickets."""
