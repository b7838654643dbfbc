"""Planning: a planner's question about new offices, from a file to proven plans: what is demand, who may stand where, how far it is."""
