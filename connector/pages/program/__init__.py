"""The program page: engagements side by side for sponsors and administrators."""
