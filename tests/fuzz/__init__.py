"""Mutated input, bounded so that it runs with every test."""
