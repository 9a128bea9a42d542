package org.taskprogress.pipeline.document.extractor;

import java.io.IOException;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Cuts the text that a parser streams into blocks. Where it cuts hangs on the text alone, never on how the parser
 * portions it, so a second run over the same file gives the same blocks and a restart can skip those it has. White
 * space is folded: one blank between words, at most one empty line.
 */
final class TextBlocks extends DefaultHandler {
    private static final int BLOCK_CHARACTERS = 4_000;

    private final FrameWriter out;
    private final long maxRawCharacters;
    private final StringBuilder block = new StringBuilder();
    private int toSkip;
    private long rawCharacters;
    private int lineBreaks;
    private boolean blank;
    private boolean begun;
    private int silentDepth;

    TextBlocks(ExtractorRequest request, FrameWriter out) {
        this.out = out;
        this.toSkip = request.skip();
        // Folded white space is not counted as text, but must not run on for ever either.
        this.maxRawCharacters = 4 * request.maxCharacters();
    }

    @Override
    public void startElement(String uri, String localName, String qName, Attributes attributes) {
        if (silentDepth > 0 || isSilent(localName)) {
            silentDepth++;
        }
    }

    @Override
    public void endElement(String uri, String localName, String qName) {
        if (silentDepth > 0) {
            silentDepth--;
        }
    }

    private static boolean isSilent(String element) {
        return switch (element) {
            case "head", "script", "style" -> true;
            default -> false;
        };
    }

    @Override
    public void characters(char[] characters, int start, int length) throws SAXException {
        if (silentDepth > 0) {
            return;
        }
        rawCharacters += length;
        if (rawCharacters > maxRawCharacters) {
            throw new StoppedException(new UnreadableFileException(
                    ExtractorFrame.Cause.TOO_MUCH_TEXT, "more than " + maxRawCharacters + " characters with blanks"));
        }
        for (int i = start; i < start + length; i++) {
            append(characters[i]);
        }
    }

    @Override
    public void ignorableWhitespace(char[] characters, int start, int length) throws SAXException {
        characters(characters, start, length);
    }

    private void append(char c) throws SAXException {
        if (c == '\n' || c == '\u2029') {
            lineBreaks++;
        } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
            blank = true;
        } else {
            if (begun && lineBreaks > 0) {
                block.append(lineBreaks > 1 ? "\n\n" : "\n");
            } else if (begun && blank) {
                block.append(' ');
            }
            begun = true;
            lineBreaks = 0;
            blank = false;
            block.append(c);
            if (block.length() >= BLOCK_CHARACTERS) {
                emit(cut());
            }
        }
    }

    private int cut() {
        int line = block.lastIndexOf("\n");
        if (line >= BLOCK_CHARACTERS / 2) {
            return line + 1;
        }
        int word = block.lastIndexOf(" ");
        if (word >= BLOCK_CHARACTERS / 2) {
            return word + 1;
        }
        int all = block.length();
        return Character.isHighSurrogate(block.charAt(all - 1)) ? all - 1 : all;
    }

    private void emit(int length) throws SAXException {
        String text = block.substring(0, length);
        block.delete(0, length);
        if (toSkip > 0) {
            toSkip--;
            return;
        }
        try {
            out.text(0, text);
        } catch (IOException | UnreadableFileException e) {
            throw new StoppedException(e);
        }
    }

    void end() throws SAXException, IOException, UnreadableFileException {
        if (block.length() > 0) {
            block.append('\n');
            emit(block.length());
        }
        out.end();
    }

    /** Carries an end of our own making through a parser that only knows SAX. */
    static final class StoppedException extends SAXException {
        private static final long serialVersionUID = 1L;

        StoppedException(Exception cause) {
            super(cause);
        }
    }
}
