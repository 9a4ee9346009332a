"""Queries for the figures that pages, reports and jobs show."""
