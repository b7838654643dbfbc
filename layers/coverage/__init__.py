"""Coverage: what lies within reach of the posts and offices that a programme supports, and where need and support differ."""
