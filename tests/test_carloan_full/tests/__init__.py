from . import test_access_matrix
from . import test_concurrency
from . import test_demo_book
from . import test_rpc_attacks
from . import test_served_book
from . import test_thin_path
from . import test_tour_mutations
from . import test_tours
