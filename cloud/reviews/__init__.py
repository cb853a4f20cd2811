"""What buyers say of what they got: judged by the market's keeper, shown, answered, counted."""
