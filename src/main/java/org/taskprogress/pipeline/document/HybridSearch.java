package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;

/**
 * One search by words (BM25) and by meaning (nearest vectors), joined by reciprocal rank fusion. A list of the nearest
 * always has entries, however far they are, so both lists have a floor: below it a chunk is no answer.
 *
 * @see <a href="https://doi.org/10.1145/1571941.1572114">Cormack, Clarke, Büttcher: Reciprocal Rank Fusion</a>
 */
final class HybridSearch {
    /**
     * Least cosine between query and chunk. With two real papers (175 chunks) the best chunk had 0.28 to 0.77 for each of 14 questions that they answer,
     * and less than this for 22 of 24 queries that they do not.
     */
    static final float COSINE_FLOOR = 0.25f;

    /**
     * Least share of the query's words, weighed by how rare they are, that a chunk must have to count by words alone.
     */
    private static final double WORDS_FLOOR = 0.5;

    private static final int RANK_CONSTANT = 60;
    private static final int MIN_CANDIDATES = 50;
    private static final int MAX_CANDIDATES = 500;
    private static final int MAX_QUERY_WORDS = 64;

    private final IndexSearcher searcher;
    private final Analyzer analyzer;
    private final Query scope;

    HybridSearch(IndexSearcher searcher, Analyzer analyzer, String owner, Optional<String> caseId) {
        this.searcher = searcher;
        this.analyzer = analyzer;
        BooleanQuery.Builder builder =
                new BooleanQuery.Builder().add(new TermQuery(new Term(DocumentIndex.OWNER, owner)), Occur.FILTER);
        caseId.ifPresent(id -> builder.add(new TermQuery(new Term(DocumentIndex.CASE, id)), Occur.FILTER));
        this.scope = builder.build();
    }

    List<SearchHit> hits(String query, float[] vector, int limit) throws IOException {
        int candidates = Math.min(MAX_CANDIDATES, Math.max(MIN_CANDIDATES, limit * 3));
        Map<Integer, Double> scores = new LinkedHashMap<>();
        addRanks(byMeaning(vector, candidates), scores);
        addRanks(byWords(query, candidates), scores);
        List<Map.Entry<Integer, Double>> best = new ArrayList<>(scores.entrySet());
        best.sort(Map.Entry.<Integer, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()));
        List<SearchHit> hits = new ArrayList<>();
        for (Map.Entry<Integer, Double> entry : best.subList(0, Math.min(limit, best.size()))) {
            hits.add(hit(entry.getKey(), entry.getValue()));
        }
        return hits;
    }

    /** Adds up what the ranks are worth, on a scale on which first in both lists is 1. */
    private static void addRanks(List<Integer> ranked, Map<Integer, Double> scores) {
        for (int rank = 0; rank < ranked.size(); rank++) {
            scores.merge(ranked.get(rank), (RANK_CONSTANT + 1) / 2.0 / (RANK_CONSTANT + 1 + rank), Double::sum);
        }
    }

    private List<Integer> byMeaning(float[] vector, int candidates) throws IOException {
        Query nearest = new KnnFloatVectorQuery(DocumentIndex.VECTOR, vector, candidates, scope);
        List<Integer> found = new ArrayList<>();
        for (ScoreDoc near : searcher.search(nearest, candidates).scoreDocs) {
            // Lucene's score of a dot product is (1 + cosine) / 2.
            if (near.score * 2 - 1 >= COSINE_FLOOR) {
                found.add(near.doc);
            }
        }
        return found;
    }

    private List<Integer> byWords(String query, int candidates) throws IOException {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (String word : words(query, MAX_QUERY_WORDS)) {
            weights.put(word, rarity(word));
        }
        List<Integer> found = new ArrayList<>();
        if (weights.isEmpty()) {
            return found;
        }
        BooleanQuery.Builder any = new BooleanQuery.Builder().add(scope, Occur.FILTER);
        weights.keySet().forEach(word -> any.add(new TermQuery(new Term(DocumentIndex.TEXT, word)), Occur.SHOULD));
        any.setMinimumNumberShouldMatch(1);
        for (ScoreDoc match : searcher.search(any.build(), candidates).scoreDocs) {
            String text = searcher.storedFields().document(match.doc).get(DocumentIndex.TEXT);
            if (share(words(text, Integer.MAX_VALUE), weights) >= WORDS_FLOOR) {
                found.add(match.doc);
            }
        }
        return found;
    }

    /**
     * The inverse document frequency of BM25: near nothing for a word that is everywhere, most for one that is nowhere.
     */
    private double rarity(String word) throws IOException {
        int all = searcher.getIndexReader().numDocs();
        int having = searcher.getIndexReader().docFreq(new Term(DocumentIndex.TEXT, word));
        return Math.log(1 + (Math.max(0, all - having) + 0.5) / (having + 0.5));
    }

    private static double share(List<String> words, Map<String, Double> weights) {
        Map<String, Double> left = new HashMap<>(weights);
        words.forEach(left::remove);
        double all = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        double missing = left.values().stream().mapToDouble(Double::doubleValue).sum();
        return (all - missing) / all;
    }

    private List<String> words(String text, int most) throws IOException {
        List<String> words = new ArrayList<>();
        try (TokenStream tokens = analyzer.tokenStream(DocumentIndex.TEXT, text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (words.size() < most && tokens.incrementToken()) {
                words.add(term.toString());
            }
            tokens.end();
        }
        return words;
    }

    private SearchHit hit(int doc, double score) throws IOException {
        Document found = searcher.storedFields().document(doc);
        IndexableField page = found.getField(DocumentIndex.PAGE);
        return new SearchHit(
                found.get(DocumentIndex.DOCUMENT),
                found.getField(DocumentIndex.ORDINAL).numericValue().intValue(),
                score,
                found.get(DocumentIndex.TEXT),
                page == null ? null : page.numericValue().intValue());
    }
}
