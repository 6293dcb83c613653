"""What a company, a registration event and a merge mean. Pure: no Kafka, SQL, HTTP, clock or randomness."""
