"""Paper: pages made into PDF, signed by a certificate, and verified; what stands on them is each service's own."""
