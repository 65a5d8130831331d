"""Calling styles of courses, one file each. The order is that of the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.conventions.array_function import ARRAY_FUNCTION
from grader.conventions.classifier_evaluation import CLASSIFIER_EVALUATION
from grader.conventions.convention import Convention
from grader.conventions.epoch_loops import EPOCH_LOOPS
from grader.conventions.fan_initializer import FAN_INITIALIZER
from grader.conventions.functions_with_cache import FUNCTIONS_WITH_CACHE
from grader.conventions.keras_model import KERAS_MODEL
from grader.conventions.keras_optimizer import KERAS_OPTIMIZER
from grader.conventions.layer_object import LAYER_OBJECT
from grader.conventions.loss_module import LOSS_MODULE
from grader.conventions.loss_with_gradient import LOSS_WITH_GRADIENT
from grader.conventions.module_with_dicts import MODULE_WITH_DICTS
from grader.conventions.network_of_blocks import NETWORK_OF_BLOCKS
from grader.conventions.network_pruning import NETWORK_PRUNING
from grader.conventions.network_with_caches import NETWORK_WITH_CACHES
from grader.conventions.network_with_loss import NETWORK_WITH_LOSS
from grader.conventions.notebook_training import NOTEBOOK_TRAINING
from grader.conventions.tensorflow_function import TENSORFLOW_FUNCTION
from grader.conventions.tensorflow_training import DATASET_EVALUATION, TRAINING_STEP
from grader.conventions.torch_function import TORCH_FUNCTION
from grader.conventions.torch_module import TORCH_MODULE
from grader.conventions.update_rule import UPDATE_RULE
from grader.conventions.weight_factory import WEIGHT_FACTORY

CONVENTIONS: Mapping[str, Convention] = MappingProxyType(
    {
        convention.name: convention
        for convention in (
            FUNCTIONS_WITH_CACHE,
            LOSS_WITH_GRADIENT,
            UPDATE_RULE,
            NETWORK_WITH_LOSS,
            MODULE_WITH_DICTS,
            LOSS_MODULE,
            ARRAY_FUNCTION,
            NETWORK_WITH_CACHES,
            LAYER_OBJECT,
            TORCH_MODULE,
            TORCH_FUNCTION,
            NETWORK_OF_BLOCKS,
            EPOCH_LOOPS,
            CLASSIFIER_EVALUATION,
            NOTEBOOK_TRAINING,
            WEIGHT_FACTORY,
            FAN_INITIALIZER,
            NETWORK_PRUNING,
            TENSORFLOW_FUNCTION,
            KERAS_MODEL,
            KERAS_OPTIMIZER,
            TRAINING_STEP,
            DATASET_EVALUATION,
        )
    }
)

__all__ = ["CONVENTIONS", "Convention"]
