package org.taskprogress.pipeline.document;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns texts into vectors of equal length 1, near each other when the texts mean the like, with the model
 * all-MiniLM-L6-v2 (quantised) on ONNX Runtime. Thread-safe; the calls share a few threads, each of which computes one
 * text at a time. A text's vector hangs on nothing but the text.
 *
 * <p>The native library belongs to the class loader that loaded this class. A redeployed application loads a second
 * copy from a file of its own, which works; the first copy stays in memory, some 40 MB, until the process ends, since
 * ONNX Runtime holds it by a shutdown hook. A server that redeploys often gives {@code onnxruntime} to a class loader
 * that outlives the application.
 */
final class SentenceEmbedder implements AutoCloseable {
    /** Length of each vector. */
    static final int DIMENSIONS = 384;

    /** Most tokens that the model sees at once, without its marks for begin and end. */
    static final int MAX_TOKENS = 254;

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
    private static final int MAX_WINDOWS = 64;

    private final WordPieceTokenizer tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ThreadPoolExecutor callers;
    private final int begin;
    private final int end;

    /**
     * Loads the model; takes about half a second.
     *
     * @param parallel texts computed at once; one a core is best
     * @throws IOException when the model is not on the class path or the native library does not load
     */
    SentenceEmbedder(int parallel, ThreadFactory threads) throws IOException {
        try (InputStream json = resource(TOKENIZER)) {
            tokenizer = WordPieceTokenizer.read(json);
        }
        begin = tokenizer.id("[CLS]");
        end = tokenizer.id("[SEP]");
        try (InputStream model = resource(MODEL);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            environment = OrtEnvironment.getEnvironment();
            // Two callers with one thread each did 106 chunks/s on two cores, two with two each 67.
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model.readAllBytes(), options);
        } catch (OrtException | UnsatisfiedLinkError e) {
            throw new IOException("the embedding model does not load", e);
        }
        callers = new ThreadPoolExecutor(
                parallel,
                parallel,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(64 * parallel),
                threads,
                SentenceEmbedder::runOnCaller);
    }

    /** Too many calls at once compute on their own threads: slower for them, but none is lost. */
    private static void runOnCaller(Runnable work, ThreadPoolExecutor pool) {
        if (pool.isShutdown()) {
            throw new RejectedExecutionException("the embedder is closed");
        }
        work.run();
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = SentenceEmbedder.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("not on the class path: " + name);
        }
        return in;
    }

    /** The model's own tokenizer, for those who must keep texts short enough. */
    WordPieceTokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * The vectors of texts, in their order. A text of more than {@value #MAX_TOKENS} tokens is computed in windows,
     * whose vectors are averaged, so that nothing of it is left out.
     *
     * @throws IllegalArgumentException when a text has more than 64 windows
     * @throws InterruptedException when the calling thread is interrupted; the rest of its texts is not computed then
     */
    List<float[]> embed(List<String> texts) throws InterruptedException {
        float[][] vectors = new float[texts.size()][];
        AtomicInteger next = new AtomicInteger();
        Callable<Void> work = () -> {
            for (int i = next.getAndIncrement(); i < vectors.length; i = next.getAndIncrement()) {
                vectors[i] = embed(texts.get(i));
            }
            return null;
        };
        int workers = Math.min(callers.getCorePoolSize(), vectors.length);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            all.add(work);
        }
        try {
            for (Future<Void> done : callers.invokeAll(all)) {
                done.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalArgumentException tooLong) {
                throw tooLong;
            }
            throw new IllegalStateException("the embedding model failed", e.getCause());
        } finally {
            next.set(vectors.length);
        }
        return Arrays.asList(vectors);
    }

    private float[] embed(String text) throws OrtException {
        int[] pieces = tokenizer.pieces(text);
        if (pieces.length > MAX_WINDOWS * MAX_TOKENS) {
            throw new IllegalArgumentException("text of " + pieces.length + " tokens");
        }
        float[] sum = new float[DIMENSIONS];
        int from = 0;
        do {
            int to = Math.min(pieces.length, from + MAX_TOKENS);
            float[] vector = normalized(mean(pieces, from, to));
            for (int d = 0; d < DIMENSIONS; d++) {
                sum[d] += vector[d] * (to - from + 1);
            }
            from = to;
        } while (from < pieces.length);
        return normalized(sum);
    }

    /** The mean over all tokens; the attention mask is all ones, because texts are never padded to a common length. */
    private float[] mean(int[] pieces, int from, int to) throws OrtException {
        int length = to - from + 2;
        long[] ids = new long[length];
        ids[0] = begin;
        for (int i = from; i < to; i++) {
            ids[i - from + 1] = pieces[i];
        }
        ids[length - 1] = end;
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {ids});
                OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[][] {new long[length]});
                OrtSession.Result result =
                        session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
            float[][] tokens = ((float[][][]) result.get(0).getValue())[0];
            float[] sum = new float[DIMENSIONS];
            for (float[] token : tokens) {
                for (int d = 0; d < DIMENSIONS; d++) {
                    sum[d] += token[d];
                }
            }
            return sum;
        }
    }

    private static float[] normalized(float[] vector) {
        double square = 0;
        for (float v : vector) {
            square += (double) v * v;
        }
        float scale = (float) (1 / Math.sqrt(square));
        float[] unit = new float[vector.length];
        for (int d = 0; d < vector.length; d++) {
            unit[d] = vector[d] * scale;
        }
        return unit;
    }

    /** Lets running calls end, for ten seconds at most, then frees the model. No call may follow. */
    @Override
    public void close() {
        callers.shutdown();
        boolean idle = false;
        try {
            idle = callers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Freeing a session that still computes would crash the whole JVM; leaking it is the smaller harm.
        if (idle) {
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("the embedding model could not be freed", e);
            }
        }
    }
}
