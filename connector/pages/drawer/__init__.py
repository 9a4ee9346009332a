"""The drawer that opens a figure: its rule, its tickets, disputes and exports."""
