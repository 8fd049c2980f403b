"""What a policy is judged by."""
