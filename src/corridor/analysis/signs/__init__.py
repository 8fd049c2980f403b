"""What was seen inside, and how well each future agrees with it: one short file per error model."""
