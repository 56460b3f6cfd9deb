#include "respguard/command/function_library.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::command {
namespace {

constexpr byte_view library =
    "#!lua name=mylib\n"
    "redis.register_function('my_set', function(keys, args) return 1 end)\n"
    "redis.register_function( \"my_get\" , my_get)\n"
    "server.register_function{function_name = 'my_hget', callback = f, flags = {'no-writes'}}\n"
    "redis.register_function({\n  callback=f,\n  function_name='my_last'\n})\n"
    "redis.register_function(computed(), f)\n";

TEST(FunctionLibrary, NamesTheLibrary)
{
    EXPECT_EQ(library_name_in(library), "mylib");
    EXPECT_EQ(library_name_in("#!lua name=x"), "x");
    EXPECT_EQ(library_name_in("#!lua\nname=x"), "");
    EXPECT_EQ(library_name_in("return 1"), "");
    EXPECT_EQ(library_name_in(""), "");
}

TEST(FunctionLibrary, NamesItsFunctions)
{
    EXPECT_EQ(functions_in(library),
              (std::vector<byte_view>{"my_set", "my_get", "my_hget", "my_last"}));
}

TEST(FunctionLibrary, TakesATextThatIsCutAnywhere)
{
    for (std::size_t size = 0; size < library.size(); ++size) {
        std::string const cut(library.substr(0, size));
        EXPECT_LE(functions_in(cut).size(), 4U);
        EXPECT_LE(library_name_in(cut).size(), 5U);
    }
}

TEST(FunctionLibrary, FindsABoundedNumber)
{
    std::string text;
    for (std::size_t i = 0; i < 2 * functions_max; ++i)
        text += "redis.register_function('f', f) ";
    EXPECT_EQ(functions_in(text).size(), functions_max);
}

}  // namespace
}  // namespace respguard::command
