"""Branches, sums and small networks of the usual kinds."""

from keras import Input, Model, layers

from recorder import Registry

registry = Registry()
case = registry.case
L = layers


def network(shape, build, rng, batch=2):
    x = Input(shape, name="x")
    return Model(x, build(x)), [rng.normal(size=(batch,) + shape)]


@case()
def add_two(rng):
    "Two inputs of one shape."
    a, b = Input((4, 5), name="a"), Input((4, 5), name="b")
    return Model([a, b], L.Add()([a, b])), [rng.normal(size=(3, 4, 5)) for _ in range(2)]


@case()
def add_three(rng):
    "Three branches of 17 channels."
    return network((4, 3), lambda x: L.Add()([L.Dense(17)(x), L.Dense(17)(x), L.Dense(17)(x)]), rng)


@case()
def add_same_tensor(rng):
    "A tensor added to itself, and the sum again."
    def build(x):
        y = L.Add()([x, x])
        return L.Add()([y, x, y])
    return network((7,), build, rng)


@case()
def add_relu(rng):
    "A ReLU behind the sum."
    return network((4, 4, 6), lambda x: L.ReLU()(L.Add()([L.Conv2D(6, 3, padding="same")(x), x])), rng)


@case()
def add_both_read_again(rng):
    "Both terms and the sum are outputs too."
    def build(x):
        a, b = L.Conv1D(4, 3, padding="same")(x), L.Conv1D(4, 1)(x)
        return [L.Add()([a, b]), a, b]
    return network((6, 3), build, rng)


@case()
def add_conv_is_second(rng):
    "The convolution is the sum's second term, and the first is computed later."
    def build(x):
        b = L.Conv2D(5, 3, padding="same")(x)
        a = L.Conv2D(5, 1)(x)
        return L.Add()([a, b])
    return network((5, 4, 3), build, rng)


@case()
def add_open_lengths(rng):
    "Two inputs whose lengths are open."
    a, b = Input((None, 3), name="a"), Input((None, 3), name="b")
    return Model([a, b], L.Add()([L.Dense(4)(a), L.Dense(4)(b)])), [rng.normal(size=(2, 5, 3)) for _ in range(2)]


@case()
def normalization_read_twice(rng):
    "A convolution whose output is normalized and also given as it is."
    def build(x):
        y = L.Conv2D(6, 3)(x)
        return [L.BatchNormalization()(y), y]
    return network((5, 5, 3), build, rng)


def residual(x, filters, stride):
    y = L.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    y = L.ReLU()(L.BatchNormalization()(y))
    y = L.BatchNormalization()(L.Conv2D(filters, 3, padding="same", use_bias=False)(y))
    shortcut = x if stride == 1 else L.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return L.ReLU()(L.Add()([y, shortcut]))


@case()
def residual_blocks(rng):
    "Two residual blocks, the second by 2, and a head."
    def build(x):
        y = residual(residual(L.Conv2D(6, 3, padding="same")(x), 6, 1), 9, 2)
        return L.Dense(5, activation="softmax")(L.GlobalAveragePooling2D()(y))
    return network((9, 8, 3), build, rng, batch=3)


@case()
def inverted_residual(rng):
    "Expansion, depthwise convolution and projection, as MobileNetV2 has them."
    def build(x):
        y = L.ReLU(6.0)(L.BatchNormalization()(L.Conv2D(24, 1, use_bias=False)(x)))
        y = L.ReLU(6.0)(L.BatchNormalization()(L.DepthwiseConv2D(3, padding="same", use_bias=False)(y)))
        y = L.BatchNormalization()(L.Conv2D(6, 1, use_bias=False)(y))
        return L.Add()([x, y])
    return network((6, 5, 6), build, rng, batch=3)


@case()
def small_lenet(rng):
    "Two convolutions, pooling, Flatten and Dense."
    def build(x):
        y = L.Conv2D(6, 3, activation="relu")(x)
        y = L.MaxPooling2D()(L.Conv2D(8, 3, activation="relu")(y))
        return L.Dense(10, activation="softmax")(L.Dropout(0.5)(L.Flatten()(y)))
    return network((12, 11, 1), build, rng, batch=3)


@case()
def small_tcn(rng):
    "Dilated convolutions with residuals along 30 steps."
    def build(x):
        x = L.Conv1D(6, 1)(x)
        for dilation in (1, 4):
            y = L.Conv1D(6, 5, dilation_rate=dilation, padding="same", activation="relu")(x)
            x = L.Add()([x, L.Conv1D(6, 5, dilation_rate=dilation, padding="same")(y)])
        return L.Conv1D(3, 1, activation="softmax")(x)
    return network((30, 4), build, rng)


@case()
def small_encoder(rng):
    "Attention and GELU, each with a residual and a LayerNormalization."
    def build(x):
        x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 8)(x, x)]))
        y = L.Dense(16)(L.Dense(40, activation="gelu")(x))
        return L.GlobalAveragePooling1D()(L.LayerNormalization()(L.Add()([x, y])))
    return network((10, 16), build, rng, batch=3)


@case()
def small_decoder(rng):
    "Causal attention, then attention to another sequence, the normalizations in front."
    x, memory = Input((5, 8), name="x"), Input((7, 6), name="memory")
    y = L.LayerNormalization(epsilon=1e-6)(x)
    y = L.Add()([x, L.MultiHeadAttention(2, 4)(y, y, use_causal_mask=True)])
    z = L.Add()([y, L.MultiHeadAttention(2, 4)(L.LayerNormalization()(y), memory)])
    return Model([x, memory], L.Dense(4)(z)), [rng.normal(size=(2, 5, 8)), rng.normal(size=(2, 7, 6))]


@case()
def conv_then_lstm(rng):
    "Convolutions and pooling along the steps, then an LSTM."
    def build(x):
        y = L.MaxPooling1D(2)(L.Conv1D(8, 3, activation="relu")(x))
        return L.Dense(3)(L.LSTM(6)(y))
    return network((16, 4), build, rng)


@case()
def two_lstms(rng):
    "One forwards, one backwards, and their sum."
    return network((6, 4), lambda x: L.Add()([L.LSTM(5)(x), L.LSTM(5, go_backwards=True)(x)]), rng)


@case()
def shared_convolution(rng):
    "One convolution on two images of different sizes."
    a, b = Input((5, 6, 3), name="a"), Input((8, 4, 3), name="b")
    shared = L.Conv2D(4, 3, padding="same", activation="relu")
    outputs = [L.GlobalMaxPooling2D()(shared(a)), L.GlobalMaxPooling2D()(shared(b))]
    return Model([a, b], outputs), [rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(2, 8, 4, 3))]


@case()
def pooled_image_to_sequence(rng):
    "Convolution, average pooling, Reshape to steps, attention."
    def build(x):
        y = L.AveragePooling2D(2)(L.Conv2D(8, 3, padding="same", activation="silu")(x))
        y = L.Reshape((-1, 8))(y)
        return L.MultiHeadAttention(2, 4)(y, y)
    return network((6, 6, 3), build, rng)
