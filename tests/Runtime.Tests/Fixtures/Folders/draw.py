"""Random choices that a seed repeats on every machine and with every version of Python (SplitMix64)."""

MASK = (1 << 64) - 1


class Draw:
    def __init__(self, seed):
        self.state = seed

    def below(self, count):
        """A number from 0 to count - 1."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return (mixed ^ (mixed >> 31)) % count

    def one(self, choices):
        choices = list(choices)
        return choices[self.below(len(choices))]

    def some(self, count, choices):
        """So many different ones of the choices, or all where there are fewer."""
        left, taken = list(choices), []
        while left and len(taken) < count:
            taken.append(left.pop(self.below(len(left))))
        return taken
