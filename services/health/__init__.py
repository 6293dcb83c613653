"""What is wrong with a deployment: one small check per subject, each with typed findings and no sentence."""
