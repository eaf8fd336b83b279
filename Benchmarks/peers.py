"""What a user would run instead of Swiftlet, each behind the same face: `prepare` gives a call to time and one that
gives its output. Both are called through Python, which costs ONNX Runtime some 3 us a call and LiteRT some 0.4."""

import os


class OnnxRuntime:
    name, file = "onnxruntime", "model.onnx"

    @staticmethod
    def prepare(path, rows, threads):
        import numpy as np
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        source, target = session.get_inputs()[0].name, session.get_outputs()[0].name
        # Bound once, so that a call copies neither input nor output.
        shape = session.run([target], {source: rows})[0].shape
        result = onnxruntime.OrtValue.ortvalue_from_numpy(np.empty(shape, np.float32))
        binding = session.io_binding()
        binding.bind_ortvalue_input(source, onnxruntime.OrtValue.ortvalue_from_numpy(rows))
        binding.bind_ortvalue_output(target, result)
        return lambda: session.run_with_iobinding(binding), result.numpy


class LiteRT:
    name, file = "litert", "model.tflite"

    @staticmethod
    def prepare(path, rows, threads):
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(path, num_threads=threads)
        source = interpreter.get_input_details()[0]["index"]
        interpreter.resize_tensor_input(source, rows.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(source, rows)
        interpreter.invoke()
        target = interpreter.get_output_details()[0]["index"]
        return interpreter.invoke, lambda: interpreter.get_tensor(target)


PEERS = [OnnxRuntime, LiteRT]


def available(folder):
    """The peers that have a model of this network."""
    return [peer for peer in PEERS if os.path.exists(f"{folder}/{peer.file}")]
