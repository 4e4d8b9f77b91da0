"""`make reset`: drop the database that `make run` created."""

import instance
from common import main

if __name__ == '__main__':
    main(instance.reset)
