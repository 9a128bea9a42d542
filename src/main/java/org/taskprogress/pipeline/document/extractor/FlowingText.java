package org.taskprogress.pipeline.document.extractor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.tika.detect.AutoDetectReader;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.ZeroByteFileException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.parser.CompositeParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.parser.txt.TXTParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads the formats without pages with one Tika parser each. The parser is named, not detected, so that no file can
 * choose a parser that we did not mean to offer, and what is embedded in the file is left alone.
 */
final class FlowingText {
    private FlowingText() {}

    static void read(ExtractorRequest request, FrameWriter out) throws IOException, UnreadableFileException {
        TextBlocks blocks = new TextBlocks(request, out);
        try (TikaInputStream in = TikaInputStream.get(Path.of(request.file()))) {
            if (request.format() == ExtractorRequest.Format.TEXT) {
                copy(in, blocks);
            } else {
                parser(request.format()).parse(in, blocks, new Metadata(), context(request.format()));
            }
            blocks.end();
        } catch (EncryptedDocumentException e) {
            throw new UnreadableFileException(ExtractorFrame.Cause.ENCRYPTED, e.toString());
        } catch (ZeroByteFileException e) {
            throw new UnreadableFileException(ExtractorFrame.Cause.EMPTY, e.toString());
        } catch (TikaException | SAXException | RuntimeException e) {
            // Parsers answer broken files with whatever they trip over, and wrap what our own handler threw.
            throw ownOrCorrupt(e);
        }
    }

    private static UnreadableFileException ownOrCorrupt(Exception failure) throws IOException {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof UnreadableFileException own) {
                return own;
            }
            if (cause instanceof TextBlocks.StoppedException && cause.getCause() instanceof IOException gone) {
                throw gone;
            }
            cause = cause.getCause();
        }
        return new UnreadableFileException(ExtractorFrame.Cause.CORRUPT, failure.toString());
    }

    /** Tika's own parser for plain text spoils characters outside the basic plane where its buffer ends between their halves. */
    private static void copy(InputStream in, TextBlocks blocks) throws IOException, TikaException, SAXException {
        try (AutoDetectReader reader = new AutoDetectReader(in)) {
            char[] buffer = new char[4_096];
            for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                blocks.characters(buffer, 0, read);
            }
        }
    }

    private static Parser parser(ExtractorRequest.Format format) {
        return switch (format) {
            case DOCX -> new OOXMLParser();
            case ODT -> new OpenDocumentParser();
            case HTML -> new JSoupParser();
            case EMAIL -> new RFC822Parser();
            case PDF, TEXT -> throw new IllegalArgumentException(format + " is read in another way");
        };
    }

    private static ParseContext context(ExtractorRequest.Format format) {
        OfficeParserConfig office = new OfficeParserConfig();
        // The DOM extractor holds the whole document as objects: three of five hostile files killed the JVM with it.
        office.setUseSAXDocxExtractor(true);
        ParseContext context = new ParseContext();
        context.set(OfficeParserConfig.class, office);
        context.set(EmbeddedDocumentExtractor.class, new NothingEmbedded());
        if (format == ExtractorRequest.Format.EMAIL) {
            // What reads the text of the message itself; attachments go to the extractor above.
            context.set(
                    Parser.class,
                    new CompositeParser(MediaTypeRegistry.getDefaultRegistry(), new TXTParser(), new JSoupParser()));
        }
        return context;
    }

    private static final class NothingEmbedded implements EmbeddedDocumentExtractor {
        @Override
        public boolean shouldParseEmbedded(Metadata metadata) {
            return false;
        }

        @Override
        public void parseEmbedded(InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml)
                throws SAXException, IOException {
            // Some parsers call this without asking first.
        }
    }
}
