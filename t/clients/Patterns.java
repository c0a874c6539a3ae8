// java Patterns.java PATTERNS TEXTS: does each pattern (a line) find something
// in each text (a line)?  Prints a line of 1 and 0 for each pattern.  Debian has
// no validator of JSON Schema in Java; this is what all of them match with.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

class Patterns {
    public static void main(String[] paths) throws Exception {
        List<String> texts = Files.readAllLines(Path.of(paths[1]));
        StringBuilder out = new StringBuilder();

        for (String line : Files.readAllLines(Path.of(paths[0]))) {
            Pattern pattern = Pattern.compile(line);

            for (String text : texts) {
                out.append(pattern.matcher(text).find() ? '1' : '0');
            }
            out.append('\n');
        }

        System.out.print(out);
    }
}
