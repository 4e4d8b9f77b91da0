"""Settings of PostgreSQL for statements over many loans."""


def prepare_for_sets(cr):
    """For the rest of this transaction.

    Our statements are many and short, so compiling them takes longer than running them: half of a
    day end was that. Groups and sorts over a whole book stay in memory.
    """
    cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
