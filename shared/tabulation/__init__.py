"""A set of tables, typed, and its files: CSV, SDMX-CSV and a workbook. Pure: the same set gives the same bytes."""
