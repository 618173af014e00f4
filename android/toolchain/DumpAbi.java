import java.io.File;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;

/** Prints the public ABI of class files, in the form of Kotlin's Gradle plugin. */
class DumpAbi {
    public static void main(String[] classFiles) {
        StringBuilder dump = new StringBuilder();
        AbiTools.Companion.getInstance(DumpAbi.class.getClassLoader()).printJvmDump(
                dump,
                Arrays.stream(classFiles).map(File::new).collect(Collectors.toList()),
                new AbiFilters(Set.of(), Set.of(), Set.of(), Set.of()));
        System.out.print(dump);
    }
}
