"""The contract on the wire between edge and cloud: topics, messages, codes, one encoding."""
