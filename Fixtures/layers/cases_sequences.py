"""LSTM, attention and layer normalization."""

from keras import Input, Model, Sequential, layers

from cases_convolutions import later
from recorder import Registry

registry = Registry()


def chain(name, note, shape, *parts, batch=2, given=None):
    def build(rng):
        return Sequential([Input(shape)] + [part() for part in parts]), [rng.normal(size=(batch,) + (given or shape))]
    registry.case(name, note)(build)


def attention(name, note, shapes, call=None, given=None, batch=2, **options):
    """A MultiHeadAttention of `options` on inputs of `shapes`; `call` says how it is called."""
    call = call or (lambda layer, *tensors: layer(*tensors))

    def build(rng):
        inputs = [Input(shape, name=name) for shape, name in zip(shapes, ("query", "value", "key"))]
        tensors = inputs if len(inputs) > 1 else inputs * 2
        outputs = call(layers.MultiHeadAttention(**options), *tensors)
        return Model(inputs, outputs), [rng.normal(size=(batch,) + shape) for shape in given or shapes]
    registry.case(name, note)(build)


def lstm(*a, **o): return later(layers.LSTM, *a, **o)
def ln(**o): return later(layers.LayerNormalization, **o)

chain("lstm", "The last step's output.", (6, 3), lstm(5))
chain("lstm_sequences", "Every step's output, three rows.", (6, 3), lstm(5, return_sequences=True), batch=3)
chain("lstm_backwards", "From the last step to the first.", (6, 3), lstm(5, go_backwards=True))
chain("lstm_backwards_sequences", "The outputs stay reversed.", (5, 3), lstm(4, go_backwards=True, return_sequences=True))
chain("lstm_no_bias", "Without a bias.", (6, 3), lstm(5, use_bias=False))
chain("lstm_16", "16 units.", (5, 4), lstm(16, return_sequences=True))
chain("lstm_19", "19 units of 17 inputs.", (4, 17), lstm(19), batch=3)
chain("lstm_activations", "ReLU and Keras 3's hard sigmoid.", (6, 3),
      lstm(5, activation="relu", recurrent_activation="hard_sigmoid", return_sequences=True))
chain("lstm_softsign", "Softsign, and tanh at the gates.", (4, 3), lstm(5, activation="softsign", recurrent_activation="tanh"))
chain("lstm_linear", "No activation of the state.", (3, 3), lstm(4, activation=None))
chain("lstm_stack", "Two, one after the other, and Dense.", (7, 4),
      lstm(8, return_sequences=True, dropout=0.1), lstm(6), later(layers.Dense, 3))
chain("lstm_one_step", "One step.", (1, 3), lstm(5, return_sequences=True))
chain("lstm_open_length", "The number of steps is open.", (None, 3), lstm(5, return_sequences=True), given=(8, 3))
chain("lstm_long", "40 steps.", (40, 2), lstm(3))

attention("attention_self", "A sequence with itself.", [(6, 8)], num_heads=2, key_dim=4)
attention("attention_cross", "Four queries, seven values of another length.", [(4, 6), (7, 5)], num_heads=3, key_dim=2)
attention("attention_key", "A key of its own.", [(4, 6), (7, 5), (7, 3)], num_heads=2, key_dim=3, batch=3)
attention("attention_named", "Tensors by their names.", [(4, 6), (7, 5), (7, 3)], num_heads=2, key_dim=3,
          call=lambda layer, q, v, k: layer(value=v, key=k, query=q))
attention("attention_named_key", "The key alone by its name.", [(4, 6), (7, 5), (7, 3)], num_heads=2, key_dim=3,
          call=lambda layer, q, v, k: layer(q, v, key=k))
attention("attention_value_dim", "Values longer than keys, without biases.", [(5, 6), (8, 6)], num_heads=2, key_dim=3,
          value_dim=7, use_bias=False)
attention("attention_output_shape", "An output of another length.", [(5, 6)], num_heads=2, key_dim=3, output_shape=9, dropout=0.1)
attention("attention_one_head", "One head of 16.", [(5, 12)], num_heads=1, key_dim=16)
attention("attention_32", "Heads of 32 and 20 positions.", [(20, 16)], num_heads=2, key_dim=32)
attention("attention_causal", "Each position sees those up to itself.", [(7, 8)], num_heads=2, key_dim=4,
          call=lambda layer, q, v: layer(q, v, use_causal_mask=True))
attention("attention_causal_cross", "More values than queries: the last are never seen.", [(3, 6), (5, 4)], num_heads=2,
          key_dim=3, call=lambda layer, q, v: layer(q, v, use_causal_mask=True))
attention("attention_one_key", "A single value.", [(4, 6), (1, 5)], num_heads=2, key_dim=3)
attention("attention_open_length", "The number of positions is open.", [(None, 6)], num_heads=2, key_dim=3, given=[(9, 6)])

chain("layer_normalization", "Along 7 columns of each step.", (4, 7), ln())
chain("layer_normalization_columns", "Of one row of 19, three rows.", (19,), ln(), batch=3)
chain("layer_normalization_32", "Of 32, a small epsilon.", (3, 32), ln(epsilon=1e-6))
chain("layer_normalization_no_scale", "Without gamma.", (4, 16), ln(scale=False))
chain("layer_normalization_no_center", "Without beta.", (4, 5), ln(center=False))
chain("layer_normalization_bare", "Without gamma and beta, of an image.", (3, 2, 17), ln(center=False, scale=False))
chain("layer_normalization_one", "Of one number, which is its own mean.", (4, 1), ln())
chain("dense_gelu", "The exact GELU behind 33 units.", (5, 7), later(layers.Dense, 33, activation="gelu"))
