"""What planning tables say that people below 20 years need, both sexes, kcal/day."""

PLANNING = "UNHCR/UNICEF/WFP/WHO planning table"
UNDER5, FROM5, SCHOOL = 1285.0, 1855.0, 2302.0
"""0-4, 5-9, and 10-19 years (2,205 and 2,410 by their shares of people)."""
